"""Children of a test whose lines are not to be measured: starting and migrating under coverage takes half as long again.

For the same reason a test that has thousands of requests or examples run the same lines, which other tests measure, is marked `no_cover`
(pytest-cov's own).
"""

from __future__ import annotations

import os


def unmeasured() -> dict[str, str]:
    """This process's environment without what makes coverage begin in every Python that is started in it."""
    return {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
