/// Makes a context of its fields.
enum ContextReader {
    /// The broker in this process has that name in the console.
    static let reservedName = "embedded"

    static func context(
        _ context: SettingsDocument.Context
    ) throws(SettingProblem) -> ContextSettings {
        let title = "contexts.\(context.name)"
        guard context.name != Self.reservedName, context.name.allSatisfy(Self.isNameCharacter)
        else {
            throw .wrongValue(
                title, context.place, given: context.name,
                allowed: "names of letters, digits, dots and dashes, but not 'embedded', which "
                    + "is the broker in this process")
        }
        let fields = Fields(context, title)
        guard let url = try fields.url(.url, schemes: ["amqp", "amqps"]) else {
            throw .missing(
                "\(title).url", context.place,
                allowed: "an address, such as amqps://rabbit.example.com:5671")
        }
        return ContextSettings(
            name: context.name, url: url,
            managementURL: try fields.url(.managementURL, schemes: ["http", "https"]),
            user: fields.text(.user), password: try fields.password(),
            tls: TLSFiles(
                certificate: fields.text(.tlsCertificate), key: fields.text(.tlsKey),
                authority: fields.text(.tlsAuthority)),
            virtualHost: fields.text(.virtualHost),
            isReadOnly: try fields.flag(.readOnly), isProtected: try fields.flag(.protected),
            colour: try fields.colour())
    }

    private static func isNameCharacter(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || "-_.".contains(character)
    }
}

/// The fields of one context, read as what they mean.
private struct Fields {
    private let context: SettingsDocument.Context
    private let title: String

    init(_ context: SettingsDocument.Context, _ title: String) {
        self.context = context
        self.title = title
    }

    func text(_ key: ContextKey) -> String? { self.context.fields[key]?.text }

    func flag(_ key: ContextKey) throws(SettingProblem) -> Bool {
        guard let found = self.context.fields[key] else { return false }
        guard let value = ValueText.flag(found.text) else {
            throw self.wrong(key, found, given: found.text, allowed: "true or false")
        }
        return value
    }

    func colour() throws(SettingProblem) -> ContextColour? {
        guard let found = self.context.fields[.colour] else { return nil }
        guard let colour = ContextColour(rawValue: found.text) else {
            throw self.wrong(
                .colour, found, given: found.text,
                allowed: ContextColour.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return colour
    }

    /// An address without a password: what is refused here is never repeated.
    func url(_ key: ContextKey, schemes: [String]) throws(SettingProblem) -> String? {
        guard let found = self.context.fields[key] else { return nil }
        let allowed = schemes.map { "\($0)://host:port" }.joined(separator: " or ")
        let parts = found.text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count >= 3, parts[1].isEmpty, schemes.contains(where: { parts[0] == "\($0):" }),
            !parts[2].isEmpty, !found.text.contains(where: { $0.isWhitespace })
        else { throw self.wrong(key, found, given: nil, allowed: allowed) }
        if let at = found.text.lastIndex(of: "@"),
            found.text[..<at].dropFirst(parts[0].count + 2).contains(":")
        {
            throw self.wrong(
                key, found, given: nil,
                allowed: "\(allowed) without a password, which belongs into `password: ${NAME}` "
                    + "or `password-file`")
        }
        return found.text
    }

    func password() throws(SettingProblem) -> SecretSource {
        let (variable, file) = (
            self.context.fields[.password], self.context.fields[.passwordFile]
        )
        if let variable, file != nil {
            throw self.wrong(
                .password, variable, given: nil, allowed: "either `password` or `password-file`")
        }
        if let file { return .file(file.text) }
        guard let variable else { return .prompt }
        guard let name = ValueText.variable(variable.text) else {
            throw self.wrong(
                .password, variable, given: nil,
                allowed: "the name of a variable, as in ${NAME}; a password itself does not "
                    + "belong into this file: name its own file with `password-file`")
        }
        return .environment(name)
    }

    private func wrong(
        _ key: ContextKey, _ found: SettingText, given: String?, allowed: String
    ) -> SettingProblem {
        .wrongValue("\(self.title).\(key.rawValue)", found.place, given: given, allowed: allowed)
    }
}
