"""`python -m bench [map] [list] [import] [judge] [sales]`: each part in a process of its own, one after the other."""

from __future__ import annotations

import subprocess
import sys

PARTS = ("list", "judge", "import", "sales", "rebates", "map")


def main(asked: list[str]) -> int:
    """Run the parts that are asked for (all where none is); 1 where one of them breaks down."""
    unknown = sorted(set(asked) - set(PARTS))
    if unknown:
        print(f"there is no bench of {', '.join(unknown)}; there are: {', '.join(PARTS)}", file=sys.stderr)
        return 2
    failed = 0
    for part in asked or PARTS:
        print(f"\n== {part}", flush=True)
        command = [sys.executable, "-m", f"bench.{part}_bench"]
        failed |= subprocess.run(command, check=False).returncode  # noqa: S603 - our own modules
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
