"""Page objects: what a reader finds and does on a page, in the words of their language."""
