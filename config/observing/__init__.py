"""How the site is watched over HTTP and in its logs. What is counted: uploads_app.observing."""
