/// Whom a certificate is for, out of its DER bytes (RFC 5280, 4.1).
///
///     Certificate     SEQUENCE { tbsCertificate SEQUENCE {
///                       version [0]?, serialNumber, signature, issuer, validity, subject, … } … }
///     subject         SEQUENCE OF SET OF SEQUENCE { type OBJECT IDENTIFIER, value STRING }
///
/// Only of certificates that were verified: nothing here decides whom to trust. What is not in
/// this form has no subject.
package struct CertificateSubject: Equatable, Sendable {
    struct Attribute: Equatable, Sendable {
        /// The name of its type, such as `CN`, or its number, such as `2.5.4.3`.
        var type: String
        var value: String
    }

    /// One element a step down from the root, mostly of one attribute each.
    let steps: [[Attribute]]

    package init?(certificate: [UInt8]) {
        var outer = DERReader(certificate[...])
        guard var certificate = outer.enter(.sequence), var fields = certificate.enter(.sequence)
        else { return nil }
        fields.skip(ifTagged: .version)
        for _ in 0..<4 { guard fields.skip() else { return nil } }
        guard var subject = fields.enter(.sequence) else { return nil }
        var steps: [[Attribute]] = []
        while !subject.isAtEnd {
            guard var set = subject.enter(.set) else { return nil }
            var attributes: [Attribute] = []
            while !set.isAtEnd {
                guard var pair = set.enter(.sequence), let type = pair.identifier(),
                    let value = pair.text()
                else { return nil }
                attributes.append(Attribute(type: Self.names[type] ?? type, value: value))
            }
            steps.append(attributes)
        }
        self.steps = steps
    }

    /// The common names, in RabbitMQ's way with commas between; nil when there is none.
    package var commonName: String? {
        let names = self.steps.joined().filter { $0.type == "CN" }.map(\.value)
        return names.isEmpty ? nil : names.joined(separator: ",")
    }

    /// The whole subject, the last step first (RFC 4514), such as `CN=orders,O=shop`.
    package var distinguishedName: String {
        self.steps.reversed().map { step in
            step.map { "\($0.type)=\(Self.escaped($0.value))" }.joined(separator: "+")
        }.joined(separator: ",")
    }

    /// What is no printable ASCII stands as its octets, such as `\C3\B6` for `ö`.
    private static func escaped(_ value: String) -> String {
        let octets = Array(value.utf8)
        return octets.indices.map { index in
            let octet = octets[index]
            guard 32...126 ~= octet else {
                return "\\" + (octet < 16 ? "0" : "")
                    + String(octet, radix: 16, uppercase: true)
            }
            let isFirst = index == 0
            let isEdge = isFirst || index == octets.count - 1
            let character = Character(Unicode.Scalar(octet))
            let isSpecial =
                ",+\"\\<>;".contains(character) || (isEdge && character == " ")
                || (isFirst && character == "#")
            return (isSpecial ? "\\" : "") + String(character)
        }.joined()
    }

    /// How RabbitMQ writes the types.
    private static let names = [
        "2.5.4.3": "CN", "2.5.4.4": "SN", "2.5.4.5": "SERIALNUMBER", "2.5.4.6": "C",
        "2.5.4.7": "L", "2.5.4.8": "ST", "2.5.4.9": "STREET", "2.5.4.10": "O", "2.5.4.11": "OU",
        "2.5.4.12": "TITLE", "2.5.4.42": "GIVENNAME", "2.5.4.43": "INITIALS",
        "2.5.4.46": "DNQUALIFIER", "0.9.2342.19200300.100.1.1": "UID",
        "0.9.2342.19200300.100.1.25": "DC", "1.2.840.113549.1.9.1": "EMAILADDRESS",
    ]
}
