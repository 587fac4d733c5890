"""A parent's own passkeys: listed, named, added with the old one at hand, removed but for the last."""
