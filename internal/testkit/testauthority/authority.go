// Package testauthority is a certificate authority of a test's own, which no machine trusts until it is told to.
package testauthority

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"time"
)

// Authority vouches for servers.
type Authority struct {
	key         *ecdsa.PrivateKey
	certificate *x509.Certificate
}

// New makes an authority.
func New() (*Authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make a key: %w", err)
	}
	template := template("authority of a test")
	template.IsCA, template.BasicConstraintsValid, template.KeyUsage = true, true, x509.KeyUsageCertSign
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("make a certificate: %w", err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("read a certificate: %w", err)
	}
	return &Authority{key, certificate}, nil
}

func template(name string) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
}

// NewTrusted makes an authority that this process trusts, by SSL_CERT_FILE. It has to be called before any certificate is looked
// at, as crypto/x509 reads the file once. forget removes the file.
func NewTrusted() (a *Authority, forget func(), err error) {
	if a, err = New(); err != nil {
		return nil, nil, err
	}
	file, err := os.CreateTemp("", "authority-*.pem")
	if err != nil {
		return nil, nil, err
	}
	forget = func() { _ = os.Remove(file.Name()) }
	err = pem.Encode(file, &pem.Block{Type: "CERTIFICATE", Bytes: a.certificate.Raw})
	if err = errors.Join(err, file.Close(), os.Setenv("SSL_CERT_FILE", file.Name())); err != nil {
		forget()
		return nil, nil, err
	}
	return a, forget, nil
}

// Server returns what a server with these names or addresses needs, for which the authority vouches.
func (a *Authority) Server(hosts ...string) (*tls.Config, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make a key: %w", err)
	}
	template := template(hosts[0])
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	for _, host := range hosts {
		if ip := net.ParseIP(host); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, host)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.certificate, key.Public(), a.key)
	if err != nil {
		return nil, fmt.Errorf("make a certificate: %w", err)
	}
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, nil
}
