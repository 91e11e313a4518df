"""A listening test: the page for the listeners, their answers, and what follows from these."""
