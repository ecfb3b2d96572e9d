"""What comparisons with PyTorch share: running a measurement, finding PyTorch, and where the figures come from."""
import datetime
import json
import os
import pathlib
import shlex
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]


def measure(command, environment=None):
    """Runs a command that prints one JSON object. Progress goes to our stderr; a failure ends the comparison."""
    load = os.getloadavg()[0]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    output = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)  # or Popen would wait for it again
    try:
        report = json.loads(output)
        report["sampleStepsPerSecond"] + 0
    except (ValueError, KeyError, TypeError):
        report = None
    if process.returncode or report is None:
        raise SystemExit(f"{shlex.join(command)}: exit code {done.returncode}, expected a JSON object with sampleStepsPerSecond on stdout")
    return {"command": shlex.join(command), "loadBefore": load, "peakResidentBytes": 1024 * used.ru_maxrss, "report": report}


def torch_version(python):
    """What PyTorch a Python has, or None."""
    try:
        done = subprocess.run(python + ["-c", "import torch; print(torch.__version__)"], capture_output=True, text=True, env=plain())
    except OSError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def plain(limited=False):
    """The environment for the peers: no guard that slows OpenBLAS, and its OpenMP build where Debian has it. Limited: AVX2."""
    environment = {k: v for k, v in os.environ.items() if k not in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")}
    openmp = "/usr/lib/x86_64-linux-gnu/openblas-openmp"
    if os.path.isdir(openmp):
        environment["LD_LIBRARY_PATH"] = ":".join(filter(None, [openmp, environment.get("LD_LIBRARY_PATH")]))
    if limited:
        environment |= {"ATEN_CPU_CAPABILITY": "avx2", "ONEDNN_MAX_CPU_ISA": "AVX2", "EQUIPOISE_PEERS_MARCH": "haswell",
                        "EQUIPOISE_OPENBLAS_CORETYPE": "Haswell", "OPENBLAS_CORETYPE": "Haswell"}
    return environment


def pythons(asked):
    """Each Python with PyTorch, with its version; the most current first. Asked: the only commands to look at, if any."""
    if asked:
        found = [(shlex.split(p), torch_version(shlex.split(p))) for p in asked]
        missing = [shlex.join(p) for p, version in found if not version]
        if missing:
            raise SystemExit(f"{missing[0]} has no PyTorch")
        return found
    found = [(python, torch_version(python)) for python in ([str(HERE / "torch-env"), "run", "python3"], ["/usr/bin/python3"])]
    return [pair for pair in found if pair[1]]


def provenance():
    """The machine, the commit and the command."""
    cpu = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "unknown")
    commit = subprocess.run(["git", "-C", str(ROOT), "describe", "--always", "--dirty"], capture_output=True, text=True).stdout.strip()
    caches = [" ".join((index / part).read_text().strip() for part in ("level", "type", "size"))
              for index in sorted(pathlib.Path("/sys/devices/system/cpu/cpu0/cache").glob("index*"))]
    return {"date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"), "processor": cpu,
            "cores": len(os.sched_getaffinity(0)), "caches": [f"L{cache}" for cache in caches], "commit": commit or "none", "command": shlex.join(sys.argv)}
