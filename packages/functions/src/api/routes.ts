/** Every route of the API, as data: infra declares API Gateway's methods from it. */
export const routes = [
  { method: "GET", path: "/health" },
  { method: "GET", path: "/metadata" },
  { method: "GET", path: "/metadata/{id}" },
  { method: "POST", path: "/videos" },
  { method: "GET", path: "/videos" },
  { method: "GET", path: "/videos/{id}" },
  { method: "DELETE", path: "/videos/{id}" },
  { method: "POST", path: "/videos/{id}/cancel" },
  { method: "POST", path: "/videos/{id}/retry" },
  { method: "POST", path: "/videos/{id}/upload/parts" },
  { method: "POST", path: "/videos/{id}/upload/complete" },
  { method: "POST", path: "/estimates" },
  { method: "GET", path: "/videos/{id}/captions" },
  { method: "PUT", path: "/videos/{id}/captions/{language}" },
  { method: "DELETE", path: "/videos/{id}/captions/{language}" },
  { method: "GET", path: "/openapi.json" },
] as const;
