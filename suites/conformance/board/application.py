"""The board's routes and what they do."""

import falcon
import psycopg2
from aws_xray_sdk.core import xray_recorder

from board.tracing import TracingMiddleware
from board.users import UserMiddleware

CREATE_USERS = "CREATE TABLE users (name text PRIMARY KEY)"
CREATE_POSTS = (
    "CREATE TABLE posts (id serial PRIMARY KEY, username text NOT NULL REFERENCES users, "
    "title text NOT NULL, content text NOT NULL)"
)
DROP_POSTS = "DROP TABLE posts"
DROP_USERS = "DROP TABLE users"
INSERT_USER = "INSERT INTO users (name) VALUES (%s) ON CONFLICT DO NOTHING"
INSERT_POST = "INSERT INTO posts (username, title, content) VALUES (%s, %s, %s) RETURNING id"
SELECT_POST = "SELECT username, title, content FROM posts WHERE id = %s"
DELETE_POST = "DELETE FROM posts WHERE id = %s"


def build_application(database):
    application = falcon.App(middleware=[TracingMiddleware(xray_recorder), UserMiddleware()])
    application.add_route("/init", Tables(database))
    application.add_route("/posts", Posts(database))
    application.add_route("/posts/{post_id:int}", Post(database))
    return application


class Statements:
    """One connection and one transaction; every statement is a subsegment with its SQL in the metadata."""

    def __init__(self, database):
        self._connection = psycopg2.connect(database)
        self._cursor = self._connection.cursor()

    def __enter__(self):
        return self

    def __exit__(self, failure, *_):
        if failure is None:
            self._connection.commit()
        self._connection.close()

    def run(self, name, sql, *parameters):
        with xray_recorder.in_subsegment(name) as subsegment:
            subsegment.put_metadata("sql", sql)
            subsegment.put_metadata("parameters", [str(parameter) for parameter in parameters])
            self._cursor.execute(sql, parameters)
            return self._cursor


class Tables:
    def __init__(self, database):
        self._database = database

    def on_post(self, _, response):
        try:
            with Statements(self._database) as statements:
                statements.run("create_users", CREATE_USERS)
                statements.run("create_posts", CREATE_POSTS)
        except psycopg2.errors.DuplicateTable as problem:
            raise falcon.HTTPConflict(description="the tables exist already") from problem
        response.media = {"created": ["users", "posts"]}

    def on_delete(self, _, response):
        try:
            with Statements(self._database) as statements:
                statements.run("drop_posts", DROP_POSTS)
                statements.run("drop_users", DROP_USERS)
        except psycopg2.errors.UndefinedTable as problem:
            raise falcon.HTTPConflict(description="there are no tables") from problem
        response.media = {"dropped": ["posts", "users"]}


class Posts:
    def __init__(self, database):
        self._database = database

    def on_post(self, request, response):
        username = request.context.username
        post = request.get_media()
        with Statements(self._database) as statements:
            statements.run("insert_user", INSERT_USER, username)
            row = statements.run("insert_post", INSERT_POST, username, post["title"], post["content"])
            post_id = row.fetchone()[0]
        annotate_post(post_id)
        response.status = falcon.HTTP_201
        response.media = {"id": post_id}


class Post:
    def __init__(self, database):
        self._database = database

    def on_get(self, _, response, post_id):
        annotate_post(post_id)
        with Statements(self._database) as statements:
            row = statements.run("select_post", SELECT_POST, post_id).fetchone()
        if row is None:
            raise falcon.HTTPNotFound
        response.media = dict(zip(("username", "title", "content"), row, strict=True))

    def on_delete(self, _, response, post_id):
        annotate_post(post_id)
        with Statements(self._database) as statements:
            deleted = statements.run("delete_post", DELETE_POST, post_id).rowcount
        if deleted == 0:
            raise falcon.HTTPNotFound
        response.media = {"deleted": post_id}


def annotate_post(post_id):
    xray_recorder.put_annotation("post_id", post_id)
