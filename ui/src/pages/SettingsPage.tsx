// Thresholds and tag keys of this engagement. Saving audits the snapshot again; the earlier result stays beside the new one.
import { Button, Checkbox, Input } from "@fluentui/react-components";
import { useState } from "react";
import { Problem, Progress, Skeleton } from "../components/Problem";
import type { EngagementView, SettingsView, TagView } from "../ipc/host";
import { useAsked, useHost } from "../state/host";
import { useWork } from "../state/progress";
import { isLive } from "../state/view";
import { ThisEngagement } from "./ThisEngagement";

interface Props {
  stamp: string;
  engagement: EngagementView;
  onSaved: () => void;
  onGone: () => void;
}

export function SettingsPage({ stamp, engagement, onSaved, onGone }: Props) {
  const asked = useAsked(`settings ${stamp}`, (host) => host.settings());
  return (
    <div className="screen" tabIndex={-1}>
      <h1>Settings</h1>
      {asked.state === "waiting" ? <Skeleton lines={8} /> : null}
      {asked.state === "failed" ? <Problem problem={asked.problem} again={asked.again} /> : null}
      {asked.state === "here" ? <Form initial={asked.answer} onSaved={onSaved} /> : null}
      {engagement.isSample ? null : <ThisEngagement isLive={isLive(engagement)} onGone={onGone} />}
    </div>
  );
}

type NumberKey = "widestV4Prefix" | "widestV6Prefix" | "totalV4Prefix" | "totalV6Prefix" | "mostAdminGroups" | "secretDays";
type TagKey = "ownerTag" | "teamTag" | "costCentreTag";

const NUMBERS: { key: NumberKey; label: string; before: string }[] = [
  { key: "widestV4Prefix", label: "Widest single IPv4 range", before: "/" },
  { key: "widestV6Prefix", label: "Widest single IPv6 range", before: "/" },
  { key: "totalV4Prefix", label: "All IPv4 ranges together, at most the size of a", before: "/" },
  { key: "totalV6Prefix", label: "All IPv6 ranges together, at most the size of a", before: "/" },
  { key: "mostAdminGroups", label: "Admin groups, at most", before: "" },
  { key: "secretDays", label: "A service principal's secret is a finding when it ends within … days", before: "" },
];

const TAGS: { key: TagKey; label: string }[] = [
  { key: "ownerTag", label: "Business owner" },
  { key: "teamTag", label: "Technical team" },
  { key: "costCentreTag", label: "Cost centre" },
];

function Form({ initial, onSaved }: { initial: SettingsView; onSaved: () => void }) {
  const host = useHost();
  const work = useWork();
  const [settings, setSettings] = useState(initial);
  const [saved, setSaved] = useState(false);
  const change = (part: Partial<SettingsView>) => {
    setSaved(false);
    setSettings({ ...settings, ...part });
  };
  const save = () =>
    void work.run("Auditing again", async () => {
      setSettings(await host.saveSettings(settings));
      setSaved(true);
      onSaved();
    });
  return (
    <>
      {work.problem ? <Problem problem={work.problem} dismiss={work.clear} /> : null}
      <section className="card">
        <h2>Thresholds</h2>
        <div className="form">
          {NUMBERS.map(({ key, label, before }) => (
            <div key={key} style={{ display: "contents" }}>
              <label htmlFor={key}>{label}</label>
              <Input id={key} type="number" size="small" contentBefore={before} value={String(settings[key])} onChange={(_, data) => change({ [key]: Number(data.value) })} />
            </div>
          ))}
        </div>
      </section>
      <section className="card">
        <h2>Ownership tags</h2>
        <p className="quiet small" style={{ marginBottom: 10 }}>
          Keys separated by commas. Case, spaces, hyphens and underscores do not matter.
        </p>
        <Checkbox id="inheritTags" style={{ marginBottom: 10 }} checked={settings.inheritTags} label="Tags of the resource group and the subscription count where a cluster has none" onChange={(_, data) => change({ inheritTags: data.checked === true })} />
        {TAGS.map(({ key, label }) => (
          <Tag key={key} name={key} label={label} tag={settings[key]} onChange={(tag) => change({ [key]: tag })} />
        ))}
      </section>
      <div className="row">
        <Button appearance="primary" disabled={work.running !== null} onClick={save}>
          Save and audit again
        </Button>
        {work.running ? <Progress progress={work.running} /> : null}
        {saved ? <span role="status">Saved. The earlier audit stays in the engagement.</span> : null}
      </div>
    </>
  );
}

const split = (text: string) => text.split(",").map((part) => part.trimStart());

function Tag({ name, label, tag, onChange }: { name: string; label: string; tag: TagView; onChange: (tag: TagView) => void }) {
  return (
    <fieldset style={{ border: 0, padding: 0, margin: "0 0 14px" }}>
      <legend>
        <strong>{label}</strong>
      </legend>
      <div className="form">
        <label htmlFor={`${name}-keys`}>Keys</label>
        <Input id={`${name}-keys`} size="small" value={tag.keys.join(", ")} onChange={(_, data) => onChange({ ...tag, keys: split(data.value) })} />
        <label htmlFor={`${name}-pattern`}>Value matches (regular expression)</label>
        <Input id={`${name}-pattern`} size="small" value={tag.pattern} onChange={(_, data) => onChange({ ...tag, pattern: data.value })} />
        <label htmlFor={`${name}-allowed`}>Allowed values</label>
        <Input id={`${name}-allowed`} size="small" placeholder="any" value={tag.allowed.join(", ")} onChange={(_, data) => onChange({ ...tag, allowed: data.value === "" ? [] : split(data.value) })} />
      </div>
    </fieldset>
  );
}
