select cron.schedule('parley-sweep', '5 seconds', 'select private.sweep_sessions()');
select cron.schedule('parley-prune', '*/10 * * * *', 'select private.prune()');
