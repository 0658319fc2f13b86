"""Where rows live: Flask-SQLAlchemy on SQLite or PostgreSQL, and nothing about patients."""
