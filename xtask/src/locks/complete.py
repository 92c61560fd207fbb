"""Reads a requirements.txt on stdin, and says what of it is not installed here, and what is required but not in it.

Runs in the environment that the file was installed into: each distribution there says itself what it requires, for which
of its extras and on which systems.
"""

import re
import sys
from importlib.metadata import distributions

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

# They come with the environment.
GIVEN = {"pip", "setuptools"}


def locked() -> dict[str, str]:
    found = {}
    for line in sys.stdin.read().replace("\\\n", " ").splitlines():
        match = re.match(r"([A-Za-z0-9._-]+)==(\S+)\s*(?:;(.*?))?(?:\s--hash|$)", line)
        if match and (not match[3] or Marker(match[3]).evaluate()):
            found[canonicalize_name(match[1])] = match[2]
    return found


def required(distribution, extras: set[str]) -> list[Requirement]:
    wanted = [Requirement(text) for text in distribution.requires or []]
    applies = lambda one: not one.marker or any(one.marker.evaluate({"extra": extra}) for extra in extras | {""})
    return [one for one in wanted if applies(one)]


def main() -> int:
    lock = locked()
    installed = {canonicalize_name(one.metadata["Name"]): one for one in distributions()}
    problems = {f"{name}=={lock[name]} is not what is installed" for name in lock if name not in installed or installed[name].version != lock[name]}
    problems |= {f"{name} is installed and not locked" for name in installed if name not in lock and name not in GIVEN}
    extras: dict[str, set[str]] = {name: set() for name in lock if name in installed}
    waiting = list(extras)
    while waiting:
        name = waiting.pop()
        for one in required(installed[name], extras[name]):
            other = canonicalize_name(one.name)
            if other not in lock:
                problems.add(f"{name} requires {one}, which is not locked")
            elif not one.specifier.contains(lock[other], prereleases=True):
                problems.add(f"{name} requires {one}, and {lock[other]} is locked")
            elif other in extras and not set(one.extras) <= extras[other]:
                # With more extras it requires more.
                extras[other] |= set(one.extras)
                waiting.append(other)
    for problem in sorted(problems):
        print(problem)
    return 1 if problems else 0


sys.exit(main())
