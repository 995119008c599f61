"""The offline kit: a folder from which the program is installed on a computer without a network."""
