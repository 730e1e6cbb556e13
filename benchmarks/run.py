"""`make bench`: the numbers of docs/performance.md, measured on this machine in one run.

The county of 100 000 parcels and its workspace are made once under `.bench/` and kept.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import statistics
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parents[1]
PLOTWISE = Path(sys.executable).with_name("plotwise")
PORT = 8765
RUNS = 7


def seconds(command: list[str], *, runs: int = RUNS) -> list[float]:
    """Wall seconds of a whole process, after one run that does not count."""
    taken = []
    for run in range(runs + 1):
        began = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        if run:
            taken.append(time.perf_counter() - began)
    return taken


def made_county(folder: Path, parcels: int) -> float | None:
    """Generate the county and load it; seconds of the load, `None` if it stood there."""
    workspace = folder / "workspace"
    if workspace.exists():
        return None
    county = folder / "county"
    if not county.exists():
        subprocess.run(
            [sys.executable, "-m", "sample_data", "--parcels", str(parcels), "--out", str(county)],
            check=True,
        )
    began = time.perf_counter()
    code = (
        "from geo.process import prepare_process; prepare_process()\n"
        "from pathlib import Path\n"
        "from sample_data import load_manifest\n"
        "from services.sample_workspace import sample_workspace\n"
        f"sample_workspace(Path({str(workspace)!r}), load_manifest(Path({str(county)!r})))\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    return time.perf_counter() - began


def site_file(folder: Path) -> Path:
    """The red line of case 02, as small GeoJSON."""
    manifest = json.loads((folder / "county" / "manifest.json").read_text("utf-8"))
    case = next(site for site in manifest["sites"] if site["case"] == "02")
    return folder / "county" / case["path"]


def as_geojson(path: Path) -> bytes:
    """Any site file as GeoJSON in degrees."""
    code = (
        "from geo.process import prepare_process; prepare_process()\n"
        "import sys\n"
        "from pathlib import Path\n"
        "from geo.intake import ReadOptions\n"
        "from services.intake import take_in\n"
        f"frame = take_in([Path({str(path)!r})], ReadOptions(), working_crs='EPSG:4527').frame\n"
        "sys.stdout.write(frame[['geometry']].to_crs(4326).to_json())\n"
    )
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True).stdout


def resident_mb(process: subprocess.Popen[bytes]) -> float:
    """Resident memory of a process."""
    for line in Path(f"/proc/{process.pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return float("nan")


def web_answers(workspace: Path, body: bytes) -> tuple[list[float], float]:
    """Milliseconds of twenty checks over HTTP, and the server's memory after them."""
    command = [str(PLOTWISE), "--workspace", str(workspace), "serve", "--port", str(PORT)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(120):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"http://127.0.0.1:{PORT}/", timeout=5).read()
                break
            time.sleep(0.5)
        taken = []
        for run in range(21):
            request = urllib.request.Request(
                f"http://127.0.0.1:{PORT}/api/check?date=2022-06-16&use=M2&project_type=industry",
                data=body,
                headers={"Content-Type": "application/json"},
            )
            began = time.perf_counter()
            urllib.request.urlopen(request, timeout=60).read()
            if run:
                taken.append(1000 * (time.perf_counter() - began))
        return taken, resident_mb(server)
    finally:
        server.terminate()
        server.wait()


def row(name: str, values: list[float], unit: str, goal: str) -> str:
    """One line of the table: median and range."""
    middle = statistics.median(values)
    return f"| {name} | {middle:.2f} {unit} | {min(values):.2f}–{max(values):.2f} | {goal} |"


def processor() -> str:
    """Name of the processor."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor()


def main() -> None:
    """Measure everything and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parcels", type=int, default=100_000)
    parser.add_argument("--folder", type=Path, default=ROOT / ".bench")
    options = parser.parse_args()
    folder: Path = options.folder
    folder.mkdir(exist_ok=True)
    loaded = made_county(folder, options.parcels)
    workspace, site = folder / "workspace", site_file(folder)
    base = [str(PLOTWISE), "--workspace", str(workspace)]
    check = [*base, "check", str(site), "--date", "2022-06-16", "--use", "M2", "--json"]
    print(f"{processor()}, {os.cpu_count()} cores, Python {platform.python_version()}; ")
    print(f"county of {options.parcels:,} parcels\n")
    print("| what | median | range | goal |\n|---|---|---|---|")
    print(row("`plotwise --help`", seconds([*base, "--help"]), "s", "< 0.3 s"))
    print(row("`plotwise check`, cold process, warm compile cache", seconds(check), "s", "< 3.5 s"))
    inspect = [*base, "layers", "check", "land_survey", "--json"]
    name = "`plotwise layers check` of the survey layer, cold process"
    print(row(name, seconds(inspect, runs=3), "s", "< 60 s"))
    answers, memory = web_answers(workspace, as_geojson(site))
    print(row("check of a GeoJSON site over HTTP", answers, "ms", "< 300 ms"))
    print(f"| server, resident after 21 checks | {memory:.0f} MB | | < 1 500 MB |")
    if loaded is not None:
        print(f"| importing all layers of the county | {loaded:.0f} s | | |")
    sys.stdout.flush()
    missed = 0
    for name in ("convert_many.py", "sandbox_reading.py"):
        command = [sys.executable, str(ROOT / "benchmarks" / name)]
        missed = subprocess.run(command, check=False).returncode or missed
    peers = ROOT / "benchmarks" / "engine_against_peers.py"
    command = [sys.executable, str(peers), "--layers", str(folder / "county")]
    sys.exit(subprocess.run(command, check=False).returncode or missed)


if __name__ == "__main__":
    main()
