"""Scenes with an application on node-fastcgi: python3 client_node.py SCENE PORT."""

from client import VARIABLES, ask, ended, play
from fastcgi import Peer, Type, pairs, record


def get_values_node(peer: Peer) -> None:
    """GET_VALUES of all three variables and of one that only this application has."""
    peer.send(record(Type.GET_VALUES, 0, pairs({**VARIABLES, "COLOUR": ""})))
    peer.until(Type.GET_VALUES_RESULT)
    ask(peer, 1, "/after/values", keep=False)
    ended(peer)


if __name__ == "__main__":
    play(get_values_node)
