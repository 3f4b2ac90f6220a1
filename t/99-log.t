# What the suite's server wrote while all the other tests ran. Last, so that there is something.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Bookable::Client;

my $folder = Bookable::Client::vars()->{t_logs};
my %log;
for my $name (qw(error_log access_log)) {
    open my $in, '<', "$folder/$name" or die "$folder/$name: $!\n";
    $log{$name} = do { local $/; <$in> };
}
like($log{error_log}, qr/resuming normal operations/, 'the error log is that of a server that ran');
like($log{access_log}, qr/HTTP/, 'the access log has requests');
for my $name (sort keys %log) {
    is(index($log{$name}, $Bookable::Client::SECRET), -1, "$name: no password");
    unlike($log{$name}, qr/\$2[aby]\$\d\d\$/, "$name: no hash");
    unlike($log{$name}, qr/\b(?:Bearer|Basic) \S{20,}/, "$name: no Authorization");
}
my @bad = grep { /exit signal|Assertion|:(?:emerg|alert|crit)\]/ } split /\n/, $log{error_log};
is("@bad", '', 'no child died, and nothing critical happened');
my @session_id = grep { /session-id/ } split /\n/, $log{error_log};
is("@session_id", '', 'the session-id scheme is no risk on a loopback address');

done_testing();
