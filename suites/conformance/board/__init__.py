"""A small bulletin board: an ordinary web application that carries the stock X-Ray SDK."""
