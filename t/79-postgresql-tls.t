# TLS to PostgreSQL, and what the user who starts httpd or bookable-admin has in their environment: root's
# HOME has certificates that nobody else may read, and its PG* say otherwise than DBDParams. None of it
# reaches a connection.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Cwd qw(realpath);
use File::Basename qw(dirname);
use File::Path qw(make_path);

use Bookable::Client;
use Bookable::Postgres;
use Bookable::Process qw(run_dir);
use Bookable::Server;
use Bookable::Store;

my $store    = Bookable::Store->new(kind => 'pgsql', tls => 1)->start;
my $postgres = $store->postgres;

# What root has, and nobody else may look into: a client's certificate and key for some other server.
my $home = run_dir();
chmod 0700, $home;
make_path("$home/.postgresql");
for my $file (qw(postgresql.crt postgresql.key root.crt)) {
    open my $out, '>', "$home/.postgresql/$file" or die "$file: $!\n";
    print {$out} "none of httpd's\n";
    close $out or die "$file: $!\n";
    chmod 0600, "$home/.postgresql/$file";
}
my %of_root = (HOME => $home, PGSSLMODE => 'disable', PGHOSTADDR => '127.0.0.2', PGOPTIONS => '-c nonsense=1');

# How the connections of the services are made: "t" for each with TLS, "f" for each without.
sub tls
{
    return join '', sort map { $_->[0] } $postgres->query('SELECT s.ssl FROM pg_stat_ssl s'
        . " JOIN pg_stat_activity a USING (pid) WHERE a.usename = 'bookable'");
}

sub answers
{
    my ($client) = @_;
    return join ' ', map { $client->get($_)->code } @Bookable::Client::HEALTH;
}

SKIP: {
    skip 'it is not root who starts httpd here', 15 if $> != 0;

    for my $mode ('prefer', 'require', 'verify-full sslrootcert=' . $postgres->certificate) {
        my $server = do {
            local @ENV{ keys %of_root } = values %of_root;
            # Of itself, root's home is bad enough.
            delete local @ENV{ grep { /\APG/ } keys %of_root } if $mode eq 'prefer';
            # The password in a file, as the pages say.
            my $params = $store->conninfo =~ s/password=\S+/passfile=${\$postgres->passfile}/r;
            Bookable::Server->new(store => $store, children => 1, threads => 4,
                config => qq(DBDParams "$params sslmode=$mode"\n))->start;
        };
        my $client = Bookable::Client->new(base => $server->base_url);
        my ($word) = split / /, $mode;
        is(answers($client), '200 200 200 200', "httpd that root started serves with sslmode=$word");
        like(tls(), qr/\At+\z/, "all connections of httpd have TLS, with sslmode=$word");
        unlike($server->log_tail(1e6), qr/BK0111/, "no connection of httpd failed, with sslmode=$word");
        ok($server->stop, "httpd stops, with sslmode=$word");
    }

    my $server = do {
        local @ENV{ keys %of_root } = values %of_root;
        Bookable::Server->new(store => 'sqlite', children => 1, threads => 4)->start;
    };
    my $id = Bookable::Client->new(base => $server->base_url)->member->{id};
    my $file = $server->db;
    ok($server->stop, 'httpd on a file stops');

    my $admin = realpath(dirname(Bookable::Server::module_path('user')) . '/../..') . '/bookable-admin';
    my $target = $store->conninfo . ' sslmode=require';
    $postgres->query('DROP OWNED BY bookable');
    local @ENV{ keys %of_root } = values %of_root;
    # The password is in no argument.
    my %with = $postgres->environment;
    local $ENV{PGPASSFILE} = $with{PGPASSFILE};
    $target =~ s/ password=\S+//;
    my $said = qx('$admin' --params '$file' --to-params '$target' copy 2>&1);
    is($?, 0, 'root copies a file of httpd\'s user over TLS') or diag $said;
    like($said, qr/^users [1-9]/m, "root's copy has the users of the file");
}

done_testing();
