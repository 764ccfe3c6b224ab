"""What a Word document is made of: a package of parts, their XML, its prose and its tracked changes."""
