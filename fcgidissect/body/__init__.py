"""The records of a request come in, the bodies that they carried go out, decoded."""
