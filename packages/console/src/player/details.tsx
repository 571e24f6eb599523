import { useEffect, useState } from "preact/hooks";
import { explain } from "../api-error.ts";
import { bitRate, dimensions, size } from "../format.ts";
import { useModel } from "../model.ts";
import type { Metadata, Rendition, Source, Video } from "../video.ts";
import { Panel } from "./panel.tsx";
import { type Fact, sourceFacts, trackWords } from "./source-facts.ts";

/** What the file was found to be, and what was made of it. */
export function Details({ video }: { readonly video: Video }) {
  const { metadata, error } = useMetadata(video);
  const source = metadata?.source ?? null;
  return (
    <>
      {error !== null && <p class="panel-note">{error}</p>}
      {source && <SourcePanel source={source} fileName={video.fileName} />}
      {video.renditions.length > 0 && <RenditionsPanel renditions={video.renditions} />}
      {source && Object.keys(source.tags).length > 0 && <TagsPanel tags={source.tags} />}
    </>
  );
}

interface Loaded {
  readonly metadata: Metadata | null;
  readonly error: string | null;
}

/** Read again whenever a status or an attempt may have brought something new. */
function useMetadata({ id, status, attempt }: Video): Loaded {
  const { api } = useModel();
  const [loaded, setLoaded] = useState<Loaded>({ metadata: null, error: null });
  useEffect(() => {
    const leaving = new AbortController();
    api.metadata(id, leaving.signal).then(
      (metadata) => {
        setLoaded({ metadata, error: null });
      },
      (error: unknown) => {
        if (!leaving.signal.aborted) setLoaded((known) => ({ ...known, error: explain(error) }));
      },
    );
    return () => {
      leaving.abort();
    };
  }, [api, id, status, attempt]);
  return loaded;
}

function SourcePanel({ source, fileName }: { readonly source: Source; readonly fileName: string | null }) {
  return (
    <Panel title="Source">
      <Facts rows={sourceFacts(source, fileName)} />
      {source.tracks.length > 0 && (
        <ul class="tracks" aria-label="Tracks">
          {source.tracks.map((track) => (
            <li key={track.index}>{trackWords(track)}</li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function RenditionsPanel({ renditions }: { readonly renditions: readonly Rendition[] }) {
  return (
    <Panel title="Renditions">
      <div class="table-frame" tabIndex={0} role="region" aria-label="Renditions">
        <table class="table">
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Picture</th>
              <th scope="col">Average</th>
              <th scope="col">Size</th>
            </tr>
          </thead>
          <tbody>
            {renditions.map(({ name, width, height, averageBandwidth, sizeBytes, codecs }) => (
              <tr key={name} title={codecs}>
                <th scope="row">{name}</th>
                <td>{dimensions(width, height)}</td>
                <td>{bitRate(averageBandwidth)}</td>
                <td>{size(sizeBytes)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

function TagsPanel({ tags }: { readonly tags: Readonly<Record<string, string>> }) {
  return (
    <Panel title="Tags of the file">
      <Facts rows={Object.entries(tags)} />
    </Panel>
  );
}

function Facts({ rows }: { readonly rows: readonly Fact[] }) {
  return (
    <dl class="facts">
      {rows.map(([name, value]) =>
        value === null ? null : (
          <div key={name}>
            <dt>
              <bdi>{name}</bdi>
            </dt>
            <dd>
              <bdi>{value}</bdi>
            </dd>
          </div>
        ),
      )}
    </dl>
  );
}
