"""Web pages. `importer` is the importer, `reading` how a page is read, part by part."""
