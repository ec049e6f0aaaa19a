"""An app of tasks and periodic work for these tests, which note what they do in a folder."""
