"""The claims, one file each: a statement, its source and scope, and the check that earns its verdict.

``mirrortheory check`` runs these files, installed or in a clone; nothing imports them.
"""
