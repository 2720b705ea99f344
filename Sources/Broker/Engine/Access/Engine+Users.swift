import Core
import Messaging
import Passwords

/// What administrators ask; each call is one batch. See `Broker` for what each does.
extension Engine {
    /// By name.
    package var users: [User] { self.broker.users }

    /// nil when there is none of that name.
    package func user(_ name: UserName) -> User? { self.broker.user(name) }

    /// Makes a user, or gives it another password and other tags.
    ///
    /// - Returns: Why that cannot be; nil when it was done.
    package func putUser(_ user: User) -> AccessProblem? {
        self.operation { broker, _ in broker.putUser(user) }
    }

    /// The same with a password in place of its hash.
    package func putUser(_ name: UserName, password: String, tags: [String]) -> AccessProblem? {
        self.putUser(User(name, passwordHash: PasswordHash.make(of: password), tags: tags))
    }

    /// Removes a user with its permissions, and closes its connections.
    ///
    /// - Returns: Whether there was such a user.
    package func deleteUser(_ name: UserName) -> Bool {
        self.operation { broker, _ in broker.deleteUser(name) }
    }

    /// By virtual host and user.
    package var permissions: [Permission] { self.broker.permissions }

    /// Gives a user permissions in a virtual host instead of those that it had there.
    ///
    /// - Returns: Why that cannot be; nil when it was done.
    package func setPermission(_ permission: Permission) -> AccessProblem? {
        self.operation { broker, _ in broker.setPermission(permission) }
    }

    /// - Returns: Whether the user had any there.
    package func clearPermission(of user: UserName, in host: VirtualHostName) -> Bool {
        self.operation { broker, _ in broker.clearPermission(of: user, in: host) }
    }

    /// By virtual host, user and exchange.
    package var topicPermissions: [TopicPermission] { self.broker.topicPermissions }

    /// Gives a user permissions for a topic exchange instead of those that it had for it.
    package func setTopicPermission(_ permission: TopicPermission) -> AccessProblem? {
        self.operation { broker, _ in broker.setTopicPermission(permission) }
    }

    /// - Parameter exchange: nil clears those for every exchange.
    package func clearTopicPermissions(
        of user: UserName, in host: VirtualHostName, exchange: ExchangeName? = nil
    ) -> Bool {
        self.operation { broker, _ in
            broker.clearTopicPermissions(of: user, in: host, exchange: exchange)
        }
    }

    /// Adds a virtual host; nothing when it is there.
    package func putVirtualHost(_ name: VirtualHostName) -> AccessProblem? {
        self.operation { broker, _ in broker.putVirtualHost(name) }
    }

    /// Deletes a virtual host with all that is in it, and closes its connections.
    ///
    /// - Returns: Whether there was such a virtual host.
    package func deleteVirtualHost(_ name: VirtualHostName) throws(AccessProblem) -> Bool {
        let answer: Result<Bool, AccessProblem> = self.operation { broker, now in
            do throws(AccessProblem) {
                return .success(try broker.deleteVirtualHost(name, now: now))
            } catch {
                return .failure(error)
            }
        }
        return try answer.get()
    }
}
