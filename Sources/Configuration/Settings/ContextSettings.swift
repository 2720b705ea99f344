/// A broker that the console can attach to, as the configuration names it.
package struct ContextSettings: Equatable, Sendable {
    package var name: String
    /// Such as `amqps://rabbit.example.com:5671`; it holds no password.
    package var url: String
    /// Where the management API is, such as `https://rabbit.example.com:15671`.
    package var managementURL: String?
    package var user: String?
    package var password: SecretSource
    package var tls: TLSFiles
    package var virtualHost: String?
    /// Nothing is changed on it.
    package var isReadOnly: Bool
    /// A queue's name has to be typed before it is purged or deleted.
    package var isProtected: Bool
    package var colour: ContextColour?

    package init(
        name: String, url: String, managementURL: String? = nil, user: String? = nil,
        password: SecretSource = .prompt, tls: TLSFiles = TLSFiles(), virtualHost: String? = nil,
        isReadOnly: Bool = false, isProtected: Bool = false, colour: ContextColour? = nil
    ) {
        self.name = name
        self.url = url
        self.managementURL = managementURL
        self.user = user
        self.password = password
        self.tls = tls
        self.virtualHost = virtualHost
        self.isReadOnly = isReadOnly
        self.isProtected = isProtected
        self.colour = colour
    }
}

/// What the header shows a context in; the theme says how each looks.
package enum ContextColour: String, CaseIterable, Sendable {
    case red, yellow, green, blue, grey
}

/// Where a secret comes from. It is read when it is needed, and kept nowhere.
package enum SecretSource: Equatable, Sendable {
    case environment(String)
    /// A file that its owner alone may read.
    case file(String)
    /// Whoever sits at the terminal is asked.
    case prompt
}
