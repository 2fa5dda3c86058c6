// What will be in the report, and saving it.
import { Button } from "@fluentui/react-components";
import { useState } from "react";
import { CopyButton } from "../components/Code";
import { Problem, Progress, Skeleton } from "../components/Problem";
import type { ReportFormat, SavedView } from "../ipc/host";
import { useAsked, useHost } from "../state/host";
import { useWork } from "../state/progress";
import { formatWord, moment } from "../words/words";

const FORMATS: ReportFormat[] = ["pdf", "json", "csv"];

export function ReportsPage({ stamp }: { stamp: string }) {
  const host = useHost();
  const work = useWork();
  const [saved, setSaved] = useState<SavedView | null>(null);
  const asked = useAsked(`report ${stamp}`, (h) => h.reportPreview());
  const save = (format: ReportFormat) =>
    void work.run("Asking where to save", async (onProgress) => {
      setSaved(null);
      const place = await host.chooseReportPlace(format);
      if (place === null) return;
      setSaved(await host.saveReport(format, place, onProgress));
    });
  return (
    <div className="screen" tabIndex={-1}>
      <h1>Reports</h1>
      {asked.state === "waiting" ? <Skeleton lines={8} /> : null}
      {asked.state === "failed" ? <Problem problem={asked.problem} again={asked.again} /> : null}
      {asked.state === "here" ? (
        <>
          <div className="row">
            {FORMATS.map((format) => (
              <Button key={format} id={`save-${format}`} appearance={format === "pdf" ? "primary" : "secondary"} disabled={work.running !== null} onClick={() => save(format)}>
                Save {formatWord(format)}
              </Button>
            ))}
          </div>
          {work.running ? <Progress progress={work.running} /> : null}
          {work.problem ? <Problem problem={work.problem} dismiss={work.clear} /> : null}
          {saved ? (
            <section className="card" role="status" id="saved">
              <h2>Saved {saved.file}</h2>
              <p>
                In {saved.folder}. A report cannot print its own hash; hand this one to your auditor beside it:
              </p>
              <p className="mono" style={{ overflowWrap: "anywhere", margin: "6px 0" }}>
                sha256 {saved.sha256}
              </p>
              <div className="row">
                <CopyButton text={saved.sha256} label="Copy hash" />
                <Button size="small" onClick={() => void work.run("Opening the folder", () => host.openFolder())}>
                  Open folder
                </Button>
              </div>
            </section>
          ) : null}
          <section className="card">
            <h2>What the PDF will hold</h2>
            <p className="quiet small" style={{ marginBottom: 8 }}>
              Report {asked.answer.reportId}, configured state as of {moment(asked.answer.asOf)}, {asked.answer.classification.toLowerCase()}, {asked.answer.verdicts.toLocaleString("en-GB")} verdicts. PDF/A-3a for the archive, tagged for screen readers.
            </p>
            <table className="plain">
              <thead>
                <tr>
                  <th scope="col">Section</th>
                  <th scope="col">Holds</th>
                </tr>
              </thead>
              <tbody>
                {asked.answer.sections.map((section) => (
                  <tr key={section.title}>
                    <td>{section.title}</td>
                    <td>{section.holds}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
          <p className="quiet small">
            Snapshot <span className="mono">{asked.answer.snapshotHash}</span>. The same snapshot, settings and moment give the same bytes. The report is evidence, not an opinion.
          </p>
        </>
      ) : null}
    </div>
  );
}
