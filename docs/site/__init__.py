"""The site of the documentation: the pages of docs/ and of the repository's root, as HTML and as Markdown."""
