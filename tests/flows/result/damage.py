"""Files of a followed flow with one byte changed, or cut short: what a reader makes of them."""

from mirrortheory.errors import InvalidArgument


def read_damaged(load, whole, file, place, change, cut):
    """Write ``whole`` with damage at ``place`` of its length and load it; None when it is refused, in one line."""
    whole = bytearray(whole)
    at = int(place * len(whole))
    if cut:
        del whole[at:]
    else:
        whole[at] ^= change
    file.write_bytes(whole)
    try:
        return load(file)
    except InvalidArgument as refused:
        assert "\n" not in str(refused)
        return None
