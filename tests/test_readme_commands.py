"""The README's commands do what the README says: each is run here as it is written."""

import os
import re
import shlex
import shutil
import subprocess
import sys

import pytest

from tests.source import ROOT

FILES = {"wards.geojson": "wards.geojson", "ward_figures.csv": "ward_figures.csv", "hubs.csv": "sample_hubs.csv",
         "groups.csv": "sample_groups.csv"}


def commands() -> list[str]:
    """The lines of the README's `sh` blocks."""
    text = (ROOT / "README.md").read_text("utf-8")
    return [line for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL) for line in block.splitlines() if line]


def test_the_commands_load_a_council_and_make_a_steward(tmp_path):
    for name, source in FILES.items():
        shutil.copy(ROOT / "geodata" / source, tmp_path / name)
    environment = {**os.environ, "ASSETMAP_HOME": str(tmp_path / "instance"), "PYTHONPATH": str(ROOT)}
    lines = commands()
    assert len(lines) == 7
    for line in lines:
        program, *arguments = shlex.split(line)
        assert program == "assetmap"
        done = subprocess.run([sys.executable, "-m", "assetmap.cli", *arguments], cwd=tmp_path, env=environment,
                              capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
    done = subprocess.run([sys.executable, "-m", "assetmap.cli", "check", "--json"], cwd=tmp_path, env=environment,
                          capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("target", re.findall(r"^make (\w+)", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE))
def test_the_make_targets_that_the_readme_names_are_there(target):
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
