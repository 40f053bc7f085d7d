"""Everything that has a bound, measured in one run: `make bench`."""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks import (
    bench_atlas,
    bench_find,
    bench_first_visit,
    bench_load,
    bench_matching,
    bench_programmes,
    bench_provision,
    bench_reach,
    bench_signpost,
    bench_sites,
    bench_start,
    bench_ties,
    synthetic,
)


def main() -> bool:
    """Print the tables; True when every bound holds."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        print("Making instances of 1,000, 10,000 and 100,000 groups …", flush=True)
        made = {count: synthetic.instance(home / str(count), count) for count in (1_000, 10_000, 100_000)}
        held = [bench_find.main(made), bench_first_visit.main(home / "sample"), bench_start.main(home / "start"),
                bench_atlas.main(made[100_000]), bench_signpost.main(made[100_000])]
    print(flush=True)
    held += [bench_load.main(), bench_matching.main(), bench_programmes.main(), bench_provision.main(),
             bench_reach.main(), bench_sites.main(), bench_ties.main(20_000)]
    print("\nEvery bound holds." if all(held) else "\nA bound is BROKEN.")
    return all(held)


if __name__ == "__main__":
    raise SystemExit(0 if main() else 1)
