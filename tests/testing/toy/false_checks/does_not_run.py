r"""A file that does not run."""

raise RuntimeError("nothing here")
