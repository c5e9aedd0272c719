"""What Sphinx loads, and what it writes, holds no doctests."""

collect_ignore = ["conf.py", "_ext", "generated"]
