create schema private;

create table private.secrets (
  secret_id integer primary key,
  word text not null
);

alter table private.secrets enable row level security;
insert into private.secrets values (1, 'hush');
