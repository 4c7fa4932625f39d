"""The application that gunicorn and the flask command load."""

from portal import create_app
from portal.garbage import look_seldom

app = create_app()
look_seldom()
