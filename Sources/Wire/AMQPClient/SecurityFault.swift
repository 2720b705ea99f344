import NIOSSL

/// Words for what fails in TLS, and what to do about it.
package enum SecurityFault {
    /// - Returns: Nil when it has nothing to do with TLS.
    package static func reason(_ error: any Error) -> String? {
        if let error = error as? NIOSSLExtraError, error == .failedToValidateHostname {
            return "TLS: its certificate is made out for another name. Use a name or an address "
                + "that stands in the certificate"
        }
        switch error {
        case is NIOSSLExtraError, is NIOSSLError, is BoringSSLError: break
        default: return nil
        }
        let text = "\(error)"
        if text.contains("CERTIFICATE_VERIFY_FAILED") {
            return "TLS: its certificate is expired, or of an authority that is not trusted here. "
                + "Name the right authorities with --ca-file, or `tls.ca` of the context"
        }
        if text.contains("WRONG_VERSION_NUMBER") {
            return "TLS: what answers there does not speak TLS. Check the port, or leave TLS out"
        }
        if text.contains("CERTIFICATE_REQUIRED") || text.contains("HANDSHAKE_FAILURE") {
            return "TLS: it asks for a certificate of this end. Name it with `tls.certificate` "
                + "and `tls.key` of a context"
        }
        return "TLS: \(text)"
    }
}
