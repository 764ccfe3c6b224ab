"""The commands of the spaCy project (project.yml): project/scripts has a line for each."""
