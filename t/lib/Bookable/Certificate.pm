package Bookable::Certificate;

# Certificates of servers on the loopback address.

use strict;
use warnings FATAL => 'all';

# A key and a certificate of its own for localhost and 127.0.0.1, by openssl; false where it makes none.
sub make
{
    my ($key, $certificate) = @_;
    return system("openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost"
        . " -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout '$key' -out '$certificate' 2>/dev/null") == 0;
}

1;
