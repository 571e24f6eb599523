-- Substring search over titles and file names. RDS trusts this extension: no superuser is needed.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
