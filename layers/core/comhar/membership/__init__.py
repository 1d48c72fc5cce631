"""Members: how people join, sign in and are found; the register the national office keeps."""
