// What one of the JavaScript readers tells of activities: see check.py. Usage: read.mjs READER FILE...
import { readFileSync } from "node:fs";
import { basename } from "node:path";

const [reader, ...files] = process.argv.slice(2);

async function fitFileParser(bytes) {
  const { default: found } = await import("fit-file-parser");
  const Parser = found.default ?? found;
  const parser = new Parser({ force: false, mode: "list", lengthUnit: "m", speedUnit: "m/s" });
  const told = await new Promise((done, fail) =>
    parser.parse(bytes, (error, data) => (error ? fail(new Error(error)) : done(data))),
  );
  if (told.sessions.length !== 1) throw new Error(`${told.sessions.length} sessions`);
  const [session] = told.sessions;
  return {
    elapsed: session.total_elapsed_time,
    timer: session.total_timer_time,
    distance: session.total_distance,
    average_speed: session.enhanced_avg_speed,
    top_speed: session.enhanced_max_speed,
    average_heart_rate: session.avg_heart_rate,
    highest_heart_rate: session.max_heart_rate,
    ascent: session.total_ascent,
    laps: told.laps.length,
    pauses: told.events.filter((e) => e.event_type === "stop_all").length - 1,
  };
}

async function sportsLib(bytes) {
  const { SportsLib } = await import("@sports-alliance/sports-lib");
  const event = await SportsLib.importFromFit(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  const activities = event.getActivities();
  if (activities.length !== 1) throw new Error(`${activities.length} activities`);
  const [activity] = activities;
  const stat = (name) => activity.getStat(name)?.getValue();
  return {
    elapsed: stat("Elapsed time"),
    timer: stat("Timer time"),
    distance: stat("Distance"),
    average_speed: stat("Average Speed"),
    top_speed: stat("Maximum Speed"),
    average_heart_rate: stat("Average Heart Rate"),
    highest_heart_rate: stat("Maximum Heart Rate"),
    ascent: stat("Ascent"),
    laps: activity.getLaps().length,
  };
}

const read = { "fit-file-parser": fitFileParser, "sports-lib": sportsLib }[reader];
const told = {};
for (const file of files) {
  // What is unknown is left out by JSON.
  told[basename(file)] = await read(readFileSync(file));
}
console.log(JSON.stringify(told, (_, value) => value ?? undefined));
