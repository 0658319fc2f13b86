"""Where several domains meet one reader: finding a group, the group's page, "What needs you", what is held about me, help."""
