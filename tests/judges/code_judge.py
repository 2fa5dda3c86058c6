#!/usr/bin/env python3
"""Parses every Bicep and Terraform file below a folder: one line a file, and 1 at the first that cannot be parsed.

Needs pycep-parser and python-hcl2.
"""

import sys
from pathlib import Path

import hcl2
from pycep import BicepParser


def parsers():
    bicep = BicepParser()
    return {".bicep": lambda text: bicep.parse(text=text), ".tf": hcl2.loads}


def main(arguments):
    if len(arguments) != 1 or not Path(arguments[0]).is_dir():
        print("usage: code_judge.py FOLDER", file=sys.stderr)
        return 2
    parse = parsers()
    files = sorted(path for path in Path(arguments[0]).rglob("*") if path.suffix in parse and path.is_file())
    if not files:
        print(f"{arguments[0]} holds no Bicep and no Terraform", file=sys.stderr)
        return 2
    for path in files:
        try:
            parsed = parse[path.suffix](path.read_text(encoding="utf-8"))
        except Exception as problem:  # each parser raises errors of its own
            first = (str(problem).strip().splitlines() or [type(problem).__name__])[0]
            print(f"{path}: cannot be parsed: {first}")
            return 1
        if not parsed:
            print(f"{path}: holds nothing")
            return 1
        print(f"{path}: ok")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
