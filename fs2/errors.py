"""The one exception that a user is meant to read."""


class FS2Error(Exception):
    """Something the user can mend: the message names the file, key or word and says what to do.

    The command line and the workflow's scripts print the message alone, without a traceback.
    """
