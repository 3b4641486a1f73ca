"""What hostile servers do to a crawl and to an archive that holds something already.

    python -m benchmarks.hostile [--only EXPRESSION] [--longest 120] [--keep FOLDER]

Each of tests/hostile.py's servers, on loopback and over raw sockets, is crawled by `scrapy crawl news` in a process of its own, under a name of
its own, into one archive into which the bundled site was crawled before. Told of each: seconds until the run ended by itself, its exit code, the
greatest memory of its process, requests that came, and which guards it counted. A server that nobody named must hear nothing; at the end `newsreel
verify` passes, and the lines that were there before are there, byte for byte.
"""

import argparse
import contextlib
import hashlib
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import archive as archives
from archive.records import plain_values
from seeds.serve import serve
from seeds.site import load_site
from tests.crawls import QUICK, ROOT
from tests.hostile import BOUNDS, hostile_servers, serving
from tests.servers import serve_raw


def crawl(url, connect_to, folder, settings, longest, arguments=None):
    """Return seconds, exit code (None: it had to be killed), peak memory in MiB and the log of a run."""
    command = [sys.executable, "-m", "scrapy", "crawl", "news"]
    for name, value in {"url": url, **(arguments or {})}.items():
        command += ["-a", f"{name}={value}"]
    connect_to = ",".join(filter(None, (connect_to, settings.get("CONNECT_TO"))))
    for name, value in {**QUICK, **BOUNDS, **settings, "CONNECT_TO": connect_to, "ARCHIVE": folder}.items():
        command += ["-s", f"{name}={value}"]
    with tempfile.TemporaryFile("w+", errors="replace") as log:
        began = time.monotonic()
        process = subprocess.Popen(command, cwd=ROOT, stderr=log, stdout=log, stdin=subprocess.DEVNULL)
        peak = 0
        while process.poll() is None and time.monotonic() - began < longest:
            with contextlib.suppress(OSError, StopIteration, IndexError):
                status = Path(f"/proc/{process.pid}/status").read_text()
                peak = max(peak, int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]))
            time.sleep(0.05)
        code = process.poll()
        if code is None:
            process.kill()
            process.wait()
        log.seek(0)
        return time.monotonic() - began, code, peak >> 10, log.read()


def stored(folder, site):
    """Return the digest of all lines of a site."""
    lines = sorted(
        repr(plain_values(record)) for record in archives.open(folder).articles(revisions=True) if record.site == site
    )
    return len(lines), hashlib.sha256("\n".join(lines).encode()).hexdigest()


def files(folder):
    """Return the digests of the files of the archive that hold something for ever."""
    kept = [
        path for name in ("articles", "observations", "warc") for path in (folder / name).rglob("*") if path.is_file()
    ]
    return {path.relative_to(folder): hashlib.sha256(path.read_bytes()).hexdigest() for path in kept}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="servers whose names match this expression")
    parser.add_argument(
        "--longest", type=float, default=120, help="seconds after which a run is killed, which is a fault"
    )
    parser.add_argument("--keep", type=Path, help="folder for the archive and the logs")
    options = parser.parse_args()
    faults = []
    with contextlib.ExitStack() as stack:
        folder = options.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(parents=True, exist_ok=True)
        root = folder / "archive"
        site = load_site("hzgreat100")
        with serve(site) as server:
            _, code, peak, log = crawl(site.seed_url, server.connect_to, root, {}, 300)
        name = re.sub(r"^www\.", "", site.hosts[0])
        before, kept = stored(root, name), files(root)
        print(f"the good site: exit {code}, {before[0]} lines, {peak} MiB\n", flush=True)
        canary = stack.enter_context(serve_raw(lambda talk: talk.answer("private")))
        print(f"{'server':48} {'s':>6} {'exit':>4} {'MiB':>5} {'asked':>6} {'private':>7}  guards")
        for number, (what, hostile) in enumerate(hostile_servers(canary).items()):
            if not re.search(options.only, what):
                continue
            host = f"h{number}.example"
            heard = len(canary.paths)
            with serving(hostile) as server:
                connect = f"{host}:80=127.0.0.1:{server.port},{host}:443=127.0.0.1:{server.port}"
                seconds, code, peak, log = crawl(
                    f"http://{host}/", connect, root, hostile.settings, options.longest, hostile.arguments
                )
                asked = len(server.paths)
            if options.keep:
                (folder / f"{number:02}.log").write_text(f"{what}\n{log}")
            guards = dict(re.findall(r"'guard/(\w+)': (\d+)", log))
            found = any(line.site == host for line in archives.open(root).articles())
            wrong = [
                *(["had to be killed"] if code is None else []),
                *([f"more than {hostile.most} requests"] if asked > hostile.most else []),
                *(["crashed"] if code == 1 else []),
                *(
                    [f"no guard of {hostile.guards}"]
                    if hostile.guards and not set(hostile.guards) & set(guards)
                    else []
                ),
                *(["a traceback"] if "Traceback" in log else []),
                *(["its good article is not there"] if hostile.has_good and not found else []),
                *(["the canary heard something"] if len(canary.paths) > heard else []),
            ]
            faults += [f"{what}: {fault}" for fault in wrong]
            counted = ", ".join(f"{guard} {times}" for guard, times in guards.items())
            print(
                f"{what:48} {seconds:6.1f} {code!s:>4} {peak:5} {asked:6} {len(canary.paths) - heard:7}  {counted}  {'; '.join(wrong)}",
                flush=True,
            )
        verified = subprocess.run(
            [sys.executable, "-m", "archive.cli", "verify", "--archive", str(root)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        print(
            f"\nnewsreel verify: exit {verified.returncode}: {(verified.stdout + verified.stderr).strip().splitlines()[-1:]}"
        )
        same = stored(root, name) == before and files(root).items() >= kept.items()
        print(f"the {before[0]} lines that were there before, and all files: {'unchanged' if same else 'CHANGED'}")
        faults += [
            *(["verify fails"] if verified.returncode else []),
            *([] if same else ["what was there has changed"]),
        ]
    print(f"\n{len(faults)} faults", *faults, sep="\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
