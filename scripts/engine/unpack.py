"""Runs in componentize-py's own start of CPython, of which nothing is kept: brings out what that one reads, the standard library and
the bindings of our world. What it reads is inside componentize-py; where it writes is the folder of the build.
"""
import os

FOLDERS = "python", "bundled", "world"


def _copy(source, target):
    os.makedirs(target)
    for entry in os.scandir(source):
        to = target + "/" + entry.name
        if entry.is_dir():
            if entry.name != "__pycache__":
                _copy(entry.path, to)
        else:
            with open(entry.path, "rb") as read, open(to, "wb") as write:
                write.write(read.read())


class WitWorld:
    """componentize-py looks for it."""


for _name in FOLDERS:
    _copy("/" + _name, "/0/files/" + _name)
